module.exports = require('../main/468.index.js');
