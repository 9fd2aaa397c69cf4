-- Which of these reporters reported other items at nearly the same time: ?1 names, ?2 the item's reference and ?3 its kind, ?4 since when, ?5 how near, ?6 how many.
WITH names(reporter) AS (SELECT value FROM json_each(?1))
SELECT one.reporter AS one, other.reporter AS other
FROM names JOIN reports AS one ON one.reporter = names.reporter AND one.at >= ?4
    JOIN reports AS other ON other.reference = one.reference AND other.kind = one.kind AND other.reporter > one.reporter
        AND abs(other.at - one.at) <= ?5
WHERE NOT (one.reference = ?2 AND one.kind = ?3) AND other.reporter IN (SELECT reporter FROM names)
GROUP BY one.reporter, other.reporter
HAVING count(DISTINCT one.kind || one.reference) >= ?6
