//! Carts at merchants: prices and orders (`/v1/cart`).
