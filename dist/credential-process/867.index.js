module.exports = require('../main/867.index.js');
