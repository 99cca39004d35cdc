module.exports = require('../main/524.index.js');
