module.exports = require('../main/97.index.js');
