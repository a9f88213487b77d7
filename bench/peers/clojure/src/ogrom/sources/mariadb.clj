(ns ogrom.sources.mariadb
  "The catalogue in MariaDB, over JDBC: pooled connections, and one prepared statement a call."
  (:require [ogrom.protocols :refer [CollageSource ProductSource]])
  (:import [com.zaxxer.hikari HikariConfig HikariDataSource]
           [java.net URI]
           [java.sql PreparedStatement ResultSet]
           [java.time LocalDateTime ZoneOffset]
           [javax.sql DataSource]))

(set! *warn-on-reflection* true)

(def ^:private by-id
  "SELECT p.id, o.title, p.brand, p.category_id, o.amount, o.currency, p.image_url, p.revision, p.updated_at
   FROM offers o JOIN products p ON p.id = o.product_id
   WHERE o.locale = ? AND o.product_id = ?")

(def ^:private newest
  "SELECT c.id, c.author_id, c.title, c.revision, c.created_at, c.updated_at,
          p.product_id, p.x, p.y, p.width, p.height, p.rotation, p.z
   FROM (SELECT id, locale, author_id, title, revision, created_at, updated_at FROM collages
         WHERE locale = ? ORDER BY created_at DESC, id DESC LIMIT ?) c
   LEFT JOIN placements p ON p.collage_id = c.id AND p.locale = c.locale
   ORDER BY c.created_at DESC, c.id DESC, p.position")

(defn- instant [^ResultSet row ^long column]
  (.toInstant ^LocalDateTime (.getObject row (int column) LocalDateTime) ZoneOffset/UTC))

(defn- product [^ResultSet row]
  {:id (.getLong row 1)
   :title (.getString row 2)
   :brand (.getString row 3)
   :category-id (.getLong row 4)
   :amount (.getLong row 5)
   :currency (.getString row 6)
   :image-url (.getString row 7)
   :revision (.getLong row 8)
   :updated-at (instant row 9)})

(defn- collage [^ResultSet row]
  {:id (.getLong row 1)
   :author-id (.getLong row 2)
   :title (.getString row 3)
   :placements []
   :revision (.getLong row 4)
   :created-at (instant row 5)
   :updated-at (instant row 6)})

(defn- placement
  "What lies on the row's collage; nil in the one row of an empty one."
  [^ResultSet row]
  (let [product-id (.getLong row 7)]
    (when-not (.wasNull row)
      {:product-id product-id
       :x (.getDouble row 8)
       :y (.getDouble row 9)
       :width (.getDouble row 10)
       :height (.getDouble row 11)
       :rotation (.getDouble row 12)
       :z (.getLong row 13)})))

(defn- collages
  "The collages of rows that stand together for each, in the order of its placements."
  [^ResultSet rows]
  (loop [found [], current nil]
    (if-not (.next rows)
      (cond-> found current (conj current))
      (let [same? (and current (= (.getLong rows 1) (:id current)))
            placed (placement rows)]
        (recur (if (or same? (nil? current)) found (conj found current))
               (cond-> (if same? current (collage rows))
                 placed (update :placements conj placed)))))))

(defn- query
  "What `read` makes of the rows that the statement finds."
  [^DataSource pool ^String statement read & values]
  (with-open [connection (.getConnection pool)
              prepared (.prepareStatement connection statement)]
    (loop [index 1, [value & others] values]
      (.setObject ^PreparedStatement prepared index value)
      (when others
        (recur (inc index) others)))
    (with-open [rows (.executeQuery prepared)]
      (read rows))))

(defn- first-product [^ResultSet rows]
  (when (.next rows)
    (product rows)))

(defrecord MariaDbSource [pool]
  ProductSource
  (product-by-id [_ locale id]
    (query pool by-id first-product locale id))

  CollageSource
  (newest-collages [_ locale limit]
    ;; One more than wanted tells whether something follows.
    (let [found (query pool newest collages locale (inc limit))]
      {:items (into [] (take limit) found)
       :more? (< limit (count found))})))

(defn mariadb-source
  "A source that reads from mysql://user:password@host:port/database through that many connections."
  [url connections]
  (let [uri (URI. url)
        [user password] (some-> (.getUserInfo uri) (.split ":" 2))
        config (doto (HikariConfig.)
                 (.setJdbcUrl (str "jdbc:mariadb://" (.getHost uri) ":" (.getPort uri) (.getPath uri)))
                 (.setUsername user)
                 (.setPassword password)
                 (.setMaximumPoolSize connections)
                 (.addDataSourceProperty "useServerPrepStmts" "true"))]
    (->MariaDbSource (HikariDataSource. config))))
