module.exports = require('../main/40.index.js');
