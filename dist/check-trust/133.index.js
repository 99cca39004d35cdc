module.exports = require('../main/133.index.js');
