//! Applications for accounts of customers (`/v1/account-applications`).
