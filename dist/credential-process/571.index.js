module.exports = require('../main/571.index.js');
