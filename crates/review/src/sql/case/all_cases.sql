SELECT * FROM cases
