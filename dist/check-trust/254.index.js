module.exports = require('../main/254.index.js');
