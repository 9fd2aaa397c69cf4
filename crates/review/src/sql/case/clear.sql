DELETE FROM cases; DELETE FROM case_events; DELETE FROM reports; DELETE FROM reporters;
