module.exports = require('../main/637.index.js');
