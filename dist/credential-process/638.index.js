module.exports = require('../main/638.index.js');
