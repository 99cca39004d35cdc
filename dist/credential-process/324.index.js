module.exports = require('../main/324.index.js');
