// Package browser tries the map of an environment in a headless Chromium. It is a module of its own, so that nothing else depends on what
// drives a browser.
package browser
