module.exports = require('../main/256.index.js');
