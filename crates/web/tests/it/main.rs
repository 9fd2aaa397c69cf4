//! What the server does as a whole.

mod openapi;
