module.exports = require('../main/688.index.js');
