// Nothing at all: what it costs to start Node and end it.
