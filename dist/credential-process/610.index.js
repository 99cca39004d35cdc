module.exports = require('../main/610.index.js');
