module.exports = require('../main/569.index.js');
