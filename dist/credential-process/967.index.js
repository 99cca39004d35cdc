module.exports = require('../main/967.index.js');
