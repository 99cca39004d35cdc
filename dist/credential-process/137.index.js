module.exports = require('../main/137.index.js');
