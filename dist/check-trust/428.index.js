module.exports = require('../main/428.index.js');
