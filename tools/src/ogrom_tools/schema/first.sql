-- What revisions 0001 to 0005 made of an empty database on MariaDB. A test compares this with what they do. They were
-- released, so this never changes.
-- 0001
CREATE TABLE categories (id BIGINT NOT NULL, parent_id BIGINT, revision BIGINT NOT NULL, updated_at DATETIME(6)
    NOT NULL, KEY ix_categories_parent_id (parent_id), CONSTRAINT categories_ibfk_1 FOREIGN KEY (parent_id)
    REFERENCES categories (id));
CREATE TABLE category_names (locale VARCHAR(35) NOT NULL, category_id BIGINT NOT NULL, name VARCHAR(255) NOT
    NULL, KEY ix_category_names_category_id (category_id), CONSTRAINT category_names_ibfk_1 FOREIGN KEY
    (category_id) REFERENCES categories (id));
CREATE TABLE collages (id BIGINT NOT NULL AUTO_INCREMENT, locale VARCHAR(35) NOT NULL, author_id BIGINT NOT
    NULL, title VARCHAR(255) NOT NULL, words TEXT NOT NULL, revision BIGINT NOT NULL, created_at DATETIME(6) NOT
    NULL, updated_at DATETIME(6) NOT NULL, KEY ix_collages_author_id_locale_created_at_id (author_id, locale,
    created_at, id), KEY ix_collages_locale_created_at_id (locale, created_at, id), UNIQUE KEY
    uq_collages_id_locale (id, locale), CONSTRAINT collages_ibfk_1 FOREIGN KEY (author_id) REFERENCES users
    (id));
CREATE TABLE comments (id BIGINT NOT NULL AUTO_INCREMENT, locale VARCHAR(35) NOT NULL, collage_id BIGINT NOT
    NULL, author_id BIGINT NOT NULL, text VARCHAR(2000) NOT NULL, created_at DATETIME(6) NOT NULL, KEY
    ix_comments_author_id (author_id), KEY ix_comments_collage_id_locale_created_at_id (collage_id, locale,
    created_at, id), KEY ix_comments_locale_created_at_id (locale, created_at, id), CONSTRAINT comments_ibfk_1
    FOREIGN KEY (author_id) REFERENCES users (id), CONSTRAINT fk_comments_collages FOREIGN KEY (collage_id,
    locale) REFERENCES collages (id, locale) ON DELETE CASCADE);
CREATE TABLE likes (collage_id BIGINT NOT NULL, user_id BIGINT NOT NULL, KEY ix_likes_user_id (user_id),
    CONSTRAINT likes_ibfk_1 FOREIGN KEY (collage_id) REFERENCES collages (id) ON DELETE CASCADE, CONSTRAINT
    likes_ibfk_2 FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE offers (locale VARCHAR(35) NOT NULL, product_id BIGINT NOT NULL, title VARCHAR(255) NOT NULL,
    amount BIGINT NOT NULL, currency CHAR(3) NOT NULL, words TEXT NOT NULL, KEY ix_offers_product_id
    (product_id), CONSTRAINT offers_ibfk_1 FOREIGN KEY (product_id) REFERENCES products (id));
CREATE TABLE placements (collage_id BIGINT NOT NULL, locale VARCHAR(35) NOT NULL, position INTEGER NOT NULL,
    product_id BIGINT NOT NULL, x DOUBLE NOT NULL, y DOUBLE NOT NULL, width DOUBLE NOT NULL, height DOUBLE NOT
    NULL, rotation DOUBLE NOT NULL, z INTEGER NOT NULL, KEY ix_placements_locale_product_id (locale,
    product_id), CONSTRAINT fk_placements_collages FOREIGN KEY (collage_id, locale) REFERENCES collages
    (id, locale) ON DELETE CASCADE, CONSTRAINT fk_placements_offers FOREIGN KEY (locale, product_id) REFERENCES
    offers (locale, product_id));
CREATE TABLE products (id BIGINT NOT NULL, brand VARCHAR(255) NOT NULL, category_id BIGINT NOT NULL, image_url
    VARCHAR(1000) NOT NULL, revision BIGINT NOT NULL, updated_at DATETIME(6) NOT NULL, KEY ix_products_brand_id
    (brand, id), KEY ix_products_category_id_id (category_id, id), CONSTRAINT products_ibfk_1 FOREIGN KEY
    (category_id) REFERENCES categories (id));
CREATE TABLE users (id BIGINT NOT NULL, name VARCHAR(255) NOT NULL, avatar_url VARCHAR(1000) NOT NULL,
    revision BIGINT NOT NULL, created_at DATETIME(6) NOT NULL);
-- 0002
CREATE TABLE texts (id BIGINT NOT NULL AUTO_INCREMENT, locale VARCHAR(35) NOT NULL, product_id BIGINT,
    collage_id BIGINT, title VARCHAR(255) NOT NULL, title_words TEXT NOT NULL, tokens MEDIUMTEXT NOT NULL,
    FULLTEXT KEY ft_texts_tokens (tokens), UNIQUE KEY uq_texts_collage_id_locale (collage_id, locale), UNIQUE
    KEY uq_texts_locale_product_id (locale, product_id), CONSTRAINT fk_texts_collages FOREIGN KEY (collage_id,
    locale) REFERENCES collages (id, locale) ON DELETE CASCADE, CONSTRAINT fk_texts_offers FOREIGN KEY (locale,
    product_id) REFERENCES offers (locale, product_id) ON DELETE CASCADE);
INSERT INTO texts SELECT;
-- 0003
CREATE TABLE offer_ids (offer_id VARCHAR(50) NOT NULL, product_id BIGINT NOT NULL, UNIQUE KEY
    uq_offer_ids_product_id (product_id));
-- 0004
CREATE TABLE category_offers (product_id BIGINT NOT NULL, locale VARCHAR(35) NOT NULL, category_id BIGINT NOT
    NULL, brand VARCHAR(255) NOT NULL, KEY ix_category_offers_locale_category_id_brand_product_id (locale,
    category_id, brand, product_id), KEY ix_category_offers_locale_category_id_product_id (locale,
    category_id, product_id), CONSTRAINT category_offers_ibfk_1 FOREIGN KEY (product_id) REFERENCES products
    (id) ON DELETE CASCADE);
INSERT INTO category_offers SELECT;
-- 0005
CREATE TABLE idempotency_keys (id BIGINT NOT NULL AUTO_INCREMENT, user_id BIGINT NOT NULL, locale VARCHAR(35)
    NOT NULL, `key` VARBINARY(255) NOT NULL, outcome TEXT NOT NULL, created_at DATETIME(6) NOT NULL, KEY
    ix_idempotency_keys_created_at (created_at), KEY ix_idempotency_keys_user_id_locale_id (user_id, locale,
    id), UNIQUE KEY uq_idempotency_keys_user_id_locale_key (user_id, locale, `key`));
