module.exports = require('../main/416.index.js');
