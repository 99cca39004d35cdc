module.exports = require('../main/417.index.js');
