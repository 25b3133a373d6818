SELECT
  *
FROM (
  SELECT
    "t23"."kind",
    "t23"."host",
    COUNT(*) AS "requests",
    COUNT(DISTINCT "t23"."who") AS "people",
    SUM("t23"."bytes_up") AS "bytes_up",
    SUM("t23"."bytes_down") AS "bytes_down",
    MIN("t23"."time") AS "first_seen",
    MAX("t23"."time") AS "last_seen",
    SUM(CASE WHEN "t23"."action" = 'blocked' THEN 1 ELSE 0 END) AS "refused",
    COUNT(DISTINCT "t23"."api") AS "apis",
    MIN("t23"."api") AS "an_api",
    SUM(CASE WHEN "t23"."stream" THEN 1 ELSE 0 END) AS "streams"
  FROM (
    SELECT
      "t22"."time",
      "t22"."user",
      "t22"."address",
      "t22"."host",
      "t22"."place",
      "t22"."port",
      "t22"."method",
      "t22"."status",
      "t22"."action",
      "t22"."bytes_up",
      "t22"."bytes_down",
      "t22"."app",
      "t22"."app_key",
      "t22"."api",
      "t22"."stream",
      "t22"."kind",
      "t22"."format",
      "t22"."source",
      "t22"."suffix_6",
      "t22"."suffix_5",
      "t22"."suffix_4",
      "t22"."suffix_3",
      "t22"."suffix_2",
      "t22"."known_address",
      "t22"."person",
      "t22"."key_place",
      "t22"."by_place",
      "t22"."key_host",
      "t22"."by_host",
      "t22"."key_suffix_6",
      "t22"."by_suffix_6",
      "t22"."key_suffix_5",
      "t22"."by_suffix_5",
      "t22"."key_suffix_4",
      "t22"."by_suffix_4",
      "t22"."key_suffix_3",
      "t22"."by_suffix_3",
      "t22"."key_suffix_2",
      "t22"."by_suffix_2",
      "t22"."known_app",
      "t22"."app_service",
      COALESCE("t22"."user", "t22"."person", "t22"."address") AS "who",
      COALESCE(
        "t22"."by_place",
        "t22"."by_host",
        "t22"."by_suffix_6",
        "t22"."by_suffix_5",
        "t22"."by_suffix_4",
        "t22"."by_suffix_3",
        "t22"."by_suffix_2",
        "t22"."app_service"
      ) AS "service"
    FROM (
      SELECT
        "t4"."time",
        "t4"."user",
        "t4"."address",
        "t4"."host",
        "t4"."place",
        "t4"."port",
        "t4"."method",
        "t4"."status",
        "t4"."action",
        "t4"."bytes_up",
        "t4"."bytes_down",
        "t4"."app",
        "t4"."app_key",
        "t4"."api",
        "t4"."stream",
        "t4"."kind",
        "t4"."format",
        "t4"."source",
        "t4"."suffix_6",
        "t4"."suffix_5",
        "t4"."suffix_4",
        "t4"."suffix_3",
        "t4"."suffix_2",
        "t9"."known_address",
        "t9"."person",
        "t10"."key_place",
        "t10"."by_place",
        "t11"."key_host",
        "t11"."by_host",
        "t17"."key_suffix_6",
        "t17"."by_suffix_6",
        "t18"."key_suffix_5",
        "t18"."by_suffix_5",
        "t19"."key_suffix_4",
        "t19"."by_suffix_4",
        "t20"."key_suffix_3",
        "t20"."by_suffix_3",
        "t21"."key_suffix_2",
        "t21"."by_suffix_2",
        "t5"."known_app",
        "t5"."app_service"
      FROM "usage" AS "t4"
      LEFT OUTER JOIN (
        SELECT
          "t2"."address" AS "known_address",
          "t2"."person"
        FROM "people" AS "t2"
      ) AS "t9"
        ON "t4"."address" = "t9"."known_address"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_place",
          "t3"."domain_service" AS "by_place"
        FROM "domains" AS "t3"
      ) AS "t10"
        ON "t4"."place" = "t10"."key_place"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_host",
          "t3"."domain_service" AS "by_host"
        FROM "domains" AS "t3"
      ) AS "t11"
        ON "t4"."host" = "t11"."key_host"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_suffix_6",
          "t3"."domain_service" AS "by_suffix_6"
        FROM "domains" AS "t3"
        WHERE
          NOT (
            "t3"."exact"
          )
      ) AS "t17"
        ON "t4"."suffix_6" = "t17"."key_suffix_6"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_suffix_5",
          "t3"."domain_service" AS "by_suffix_5"
        FROM "domains" AS "t3"
        WHERE
          NOT (
            "t3"."exact"
          )
      ) AS "t18"
        ON "t4"."suffix_5" = "t18"."key_suffix_5"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_suffix_4",
          "t3"."domain_service" AS "by_suffix_4"
        FROM "domains" AS "t3"
        WHERE
          NOT (
            "t3"."exact"
          )
      ) AS "t19"
        ON "t4"."suffix_4" = "t19"."key_suffix_4"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_suffix_3",
          "t3"."domain_service" AS "by_suffix_3"
        FROM "domains" AS "t3"
        WHERE
          NOT (
            "t3"."exact"
          )
      ) AS "t20"
        ON "t4"."suffix_3" = "t20"."key_suffix_3"
      LEFT OUTER JOIN (
        SELECT
          "t3"."domain" AS "key_suffix_2",
          "t3"."domain_service" AS "by_suffix_2"
        FROM "domains" AS "t3"
        WHERE
          NOT (
            "t3"."exact"
          )
      ) AS "t21"
        ON "t4"."suffix_2" = "t21"."key_suffix_2"
      LEFT OUTER JOIN "apps" AS "t5"
        ON "t4"."app_key" = "t5"."known_app"
    ) AS "t22"
    WHERE
      "t22"."kind" IN ('doh', 'vpn', 'relay')
  ) AS "t23"
  GROUP BY
    1,
    2
) AS "t24"
ORDER BY
  "t24"."kind" ASC,
  "t24"."host" ASC
