module.exports = require('../main/478.index.js');
