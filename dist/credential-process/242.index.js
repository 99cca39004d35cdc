module.exports = require('../main/242.index.js');
