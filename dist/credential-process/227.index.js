module.exports = require('../main/227.index.js');
