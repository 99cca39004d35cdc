module.exports = require('../main/929.index.js');
