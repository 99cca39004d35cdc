module.exports = require('../main/829.index.js');
