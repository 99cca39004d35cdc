module.exports = require('../main/659.index.js');
