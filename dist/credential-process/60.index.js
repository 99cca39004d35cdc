module.exports = require('../main/60.index.js');
