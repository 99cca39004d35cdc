module.exports = require('../main/306.index.js');
