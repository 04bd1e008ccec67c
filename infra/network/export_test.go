package network

// LookupOptions is lookupOptions, which no recording shows.
var LookupOptions = lookupOptions
