// Made from contracts/5.1.0.json by `npm run types`.
import type { operations } from "./contract.js";
import type { Operation } from "./operation.js";

/** GET / */
export const getHome: Operation<operations["get_home"]> = {
  method: "GET",
  path: "/",
};

/** GET /health/live */
export const getLive: Operation<operations["get_live"]> = {
  method: "GET",
  path: "/health/live",
};

/** GET /health/ready */
export const getReady: Operation<operations["get_ready"]> = {
  method: "GET",
  path: "/health/ready",
};

/** GET /problems */
export const getProblemTypes: Operation<operations["get_problem_types"]> = {
  method: "GET",
  path: "/problems",
};

/** GET /problems/{name} */
export const getProblemType: Operation<operations["get_problem_type"]> = {
  method: "GET",
  path: "/problems/{name}",
};

/** GET /v1/{locale} */
export const getIndex: Operation<operations["get_index"]> = {
  method: "GET",
  path: "/v1/{locale}",
};

/** POST /v1/{locale}/batch */
export const addToBatch: Operation<operations["add_to_batch"]> = {
  method: "POST",
  path: "/v1/{locale}/batch",
  keyed: true,
};

/** GET /v1/{locale}/categories */
export const getCategories: Operation<operations["get_categories"]> = {
  method: "GET",
  path: "/v1/{locale}/categories",
};

/** GET /v1/{locale}/categories/{category_id} */
export const getCategory: Operation<operations["get_category"]> = {
  method: "GET",
  path: "/v1/{locale}/categories/{category_id}",
};

/** GET /v1/{locale}/collages */
export const getCollages: Operation<operations["get_collages"]> = {
  method: "GET",
  path: "/v1/{locale}/collages",
};

/** POST /v1/{locale}/collages */
export const addToCollages: Operation<operations["add_to_collages"]> = {
  method: "POST",
  path: "/v1/{locale}/collages",
  secured: true,
  keyed: true,
};

/** DELETE /v1/{locale}/collages/{collage_id} */
export const deleteCollage: Operation<operations["delete_collage"]> = {
  method: "DELETE",
  path: "/v1/{locale}/collages/{collage_id}",
  secured: true,
  keyed: true,
};

/** GET /v1/{locale}/collages/{collage_id} */
export const getCollage: Operation<operations["get_collage"]> = {
  method: "GET",
  path: "/v1/{locale}/collages/{collage_id}",
};

/** PATCH /v1/{locale}/collages/{collage_id} */
export const patchCollage: Operation<operations["patch_collage"]> = {
  method: "PATCH",
  path: "/v1/{locale}/collages/{collage_id}",
  secured: true,
  keyed: true,
};

/** PUT /v1/{locale}/collages/{collage_id} */
export const putCollage: Operation<operations["put_collage"]> = {
  method: "PUT",
  path: "/v1/{locale}/collages/{collage_id}",
  secured: true,
  keyed: true,
};

/** GET /v1/{locale}/collages/{collage_id}/comments */
export const getCollageComments: Operation<operations["get_collage_comments"]> = {
  method: "GET",
  path: "/v1/{locale}/collages/{collage_id}/comments",
};

/** POST /v1/{locale}/collages/{collage_id}/comments */
export const addToCollageComments: Operation<operations["add_to_collage_comments"]> = {
  method: "POST",
  path: "/v1/{locale}/collages/{collage_id}/comments",
  secured: true,
  keyed: true,
};

/** GET /v1/{locale}/collages/{collage_id}/likes */
export const getLikes: Operation<operations["get_likes"]> = {
  method: "GET",
  path: "/v1/{locale}/collages/{collage_id}/likes",
};

/** DELETE /v1/{locale}/collages/{collage_id}/likes/{user_id} */
export const deleteLike: Operation<operations["delete_like"]> = {
  method: "DELETE",
  path: "/v1/{locale}/collages/{collage_id}/likes/{user_id}",
  secured: true,
  keyed: true,
};

/** PUT /v1/{locale}/collages/{collage_id}/likes/{user_id} */
export const putLike: Operation<operations["put_like"]> = {
  method: "PUT",
  path: "/v1/{locale}/collages/{collage_id}/likes/{user_id}",
  secured: true,
  keyed: true,
};

/** GET /v1/{locale}/comments */
export const getComments: Operation<operations["get_comments"]> = {
  method: "GET",
  path: "/v1/{locale}/comments",
};

/** DELETE /v1/{locale}/comments/{comment_id} */
export const deleteComment: Operation<operations["delete_comment"]> = {
  method: "DELETE",
  path: "/v1/{locale}/comments/{comment_id}",
  secured: true,
  keyed: true,
};

/** GET /v1/{locale}/comments/{comment_id} */
export const getComment: Operation<operations["get_comment"]> = {
  method: "GET",
  path: "/v1/{locale}/comments/{comment_id}",
};

/** GET /v1/{locale}/products */
export const getProducts: Operation<operations["get_products"]> = {
  method: "GET",
  path: "/v1/{locale}/products",
};

/** GET /v1/{locale}/products/{product_id} */
export const getProduct: Operation<operations["get_product"]> = {
  method: "GET",
  path: "/v1/{locale}/products/{product_id}",
};

/** GET /v1/{locale}/search */
export const getSearch: Operation<operations["get_search"]> = {
  method: "GET",
  path: "/v1/{locale}/search",
};

/** GET /v1/{locale}/users */
export const getUsers: Operation<operations["get_users"]> = {
  method: "GET",
  path: "/v1/{locale}/users",
};

/** GET /v1/{locale}/users/{user_id} */
export const getUser: Operation<operations["get_user"]> = {
  method: "GET",
  path: "/v1/{locale}/users/{user_id}",
};

/** GET /v1/{locale}/users/{user_id}/collages */
export const getUserCollages: Operation<operations["get_user_collages"]> = {
  method: "GET",
  path: "/v1/{locale}/users/{user_id}/collages",
};

/** GET /v1/{locale}/writes */
export const getWrite: Operation<operations["get_write"]> = {
  method: "GET",
  path: "/v1/{locale}/writes",
  secured: true,
};
