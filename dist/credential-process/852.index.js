module.exports = require('../main/852.index.js');
