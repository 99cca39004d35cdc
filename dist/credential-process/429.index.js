module.exports = require('../main/429.index.js');
