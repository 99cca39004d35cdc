module.exports = require('../main/545.index.js');
