module.exports = require('../main/18.index.js');
