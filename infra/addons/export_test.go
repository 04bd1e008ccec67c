package addons

// PinNote is what a preview says of a pinned add-on.
var PinNote = pinNote
