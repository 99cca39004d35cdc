module.exports = require('../main/336.index.js');
