module.exports = require('../main/257.index.js');
