module.exports = require('../main/75.index.js');
