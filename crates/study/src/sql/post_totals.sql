-- All posts and authors; then per quality the posts that have it, the accounts with such posts, and the accounts with other posts.
WITH {posts},
author AS (
    SELECT
        coalesce(account, '?') AS account,
        count(*) AS posts,
        count(*) FILTER (WHERE kind = 'repost') AS bare_repost,
        count(*) FILTER (WHERE account IS NULL) AS no_author,
        count(*) FILTER (WHERE client IS NULL) AS no_client,
        count(*) FILTER (WHERE text IS NULL OR text = '') AS no_text,
        count(*) FILTER (WHERE truncated) AS cut_text,
        count(*) FILTER (WHERE created_at IS NULL) AS no_time
    FROM keyed_posts
    GROUP BY 1
)
SELECT
    sum(posts) AS posts, count(*) AS accounts,
    sum(bare_repost), count(*) FILTER (WHERE bare_repost > 0), count(*) FILTER (WHERE bare_repost < posts),
    sum(no_author), count(*) FILTER (WHERE no_author > 0), count(*) FILTER (WHERE no_author < posts),
    sum(no_client), count(*) FILTER (WHERE no_client > 0), count(*) FILTER (WHERE no_client < posts),
    sum(no_text), count(*) FILTER (WHERE no_text > 0), count(*) FILTER (WHERE no_text < posts),
    sum(cut_text), count(*) FILTER (WHERE cut_text > 0), count(*) FILTER (WHERE cut_text < posts),
    sum(no_time), count(*) FILTER (WHERE no_time > 0), count(*) FILTER (WHERE no_time < posts)
FROM author
