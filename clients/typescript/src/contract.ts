// Made from contracts/5.1.0.json by `npm run types`.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_problem_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_problem_type"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["add_to_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/categories/{category_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_category"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/collages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_collages"];
        put?: never;
        post: operations["add_to_collages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/collages/{collage_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_collage"];
        put: operations["put_collage"];
        post?: never;
        delete: operations["delete_collage"];
        options?: never;
        head?: never;
        patch: operations["patch_collage"];
        trace?: never;
    };
    "/v1/{locale}/collages/{collage_id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_collage_comments"];
        put?: never;
        post: operations["add_to_collage_comments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/collages/{collage_id}/likes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_likes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/collages/{collage_id}/likes/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["put_like"];
        post?: never;
        delete: operations["delete_like"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_comments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/comments/{comment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_comment"];
        put?: never;
        post?: never;
        delete: operations["delete_comment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/products/{product_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/users/{user_id}/collages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_user_collages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{locale}/writes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_write"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Batch */
        Batch: {
            requests: components["schemas"]["BatchedRequest"][];
        };
        /** BatchedRequest */
        BatchedRequest: {
            content?: unknown;
            /** @default {} */
            headers?: components["schemas"]["BatchHeaders"];
            id: string;
            /**
             * @default GET
             * @enum {unknown}
             */
            method?: "DELETE" | "GET" | "HEAD" | "PATCH" | "POST" | "PUT";
            path: string;
            /** @default {} */
            values?: {
                [key: string]: string;
            };
        };
        /** BatchHeaders */
        BatchHeaders: {
            "Accept-Language"?: string;
            "Cache-Control"?: string;
            "Content-Type"?: string;
            "Idempotency-Key"?: string;
            "If-Match"?: string;
            "If-Modified-Since"?: string;
            "If-None-Match"?: string;
            "If-Unmodified-Since"?: string;
        };
        /** BatchResponse */
        BatchResponse: {
            content?: unknown;
            headers: {
                [key: string]: string;
            };
            /** Format: int64 */
            status: number;
        };
        /** BatchResponses */
        BatchResponses: {
            responses: {
                [key: string]: components["schemas"]["BatchResponse"];
            };
        };
        /** CategoryLinks */
        CategoryLinks: {
            /** Format: uri-reference */
            parent: string | null;
            /** Format: uri-reference */
            products: string;
            /** Format: uri-reference */
            self: string;
        };
        /** CategoryView */
        CategoryView: {
            /** Format: int64 */
            id: number;
            links: components["schemas"]["CategoryLinks"];
            name: string;
            /** Format: int64 */
            parent_id: number | null;
            /** Format: int64 */
            revision: number;
            /** Format: date-time */
            updated_at: string;
        };
        /** Collage */
        Collage: {
            /** Format: int64 */
            author_id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            locale: string;
            placements: components["schemas"]["Placement"][];
            /** Format: int64 */
            revision: number;
            title: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** CollageDraft */
        CollageDraft: {
            /** Format: int64 */
            author_id: number;
            placements: components["schemas"]["Placement"][];
            title: string;
        };
        /** CollageLinks */
        CollageLinks: {
            /** Format: uri-reference */
            author: string;
            /** Format: uri-reference */
            comments: string;
            /** Format: uri-reference */
            likes: string;
            /** Format: uri-reference */
            products: string;
            /** Format: uri-reference */
            self: string;
        };
        /** CollagePatch */
        CollagePatch: {
            placements?: components["schemas"]["Placement"][];
            title?: string;
        };
        /** CollageView */
        CollageView: {
            /** Format: int64 */
            author_id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            links: components["schemas"]["CollageLinks"];
            placements: components["schemas"]["Placement"][];
            /** Format: int64 */
            revision: number;
            title: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** Comment */
        Comment: {
            /** Format: int64 */
            author_id: number;
            /** Format: int64 */
            collage_id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            locale: string;
            text: string;
        };
        /** CommentDraft */
        CommentDraft: {
            /** Format: int64 */
            author_id: number;
            text: string;
        };
        /** CommentLinks */
        CommentLinks: {
            /** Format: uri-reference */
            author: string;
            /** Format: uri-reference */
            collage: string;
            /** Format: uri-reference */
            products: string;
            /** Format: uri-reference */
            self: string;
        };
        /** CommentView */
        CommentView: {
            /** Format: int64 */
            author_id: number;
            /** Format: int64 */
            collage_id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            links: components["schemas"]["CommentLinks"];
            text: string;
        };
        /** Documents */
        Documents: {
            docs: string;
            openapi: string;
        };
        /** Health */
        Health: {
            live: string;
            ready: string;
        };
        /** HitLinks */
        HitLinks: {
            self: string;
        };
        /** HitView */
        HitView: {
            brand: string | null;
            /** Format: int64 */
            id: number;
            image_url: string | null;
            kind: string;
            links: components["schemas"]["HitLinks"];
            price: components["schemas"]["Money"] | null;
            title: string;
        };
        /** Home */
        Home: {
            documentation: components["schemas"]["Documents"];
            health: components["schemas"]["Health"];
            markets: {
                [key: string]: string;
            };
            name: string;
            version: string;
        };
        /** HomeLinks */
        HomeLinks: {
            /** Format: uri-reference */
            categories: string;
            /** Format: uri-reference */
            collages: string;
            /** Format: uri-reference */
            comments: string;
            /** Format: uri-reference */
            products: string;
            /** Format: uri-reference */
            self: string;
        };
        /** HomeTemplates */
        HomeTemplates: {
            /** Format: uri-template */
            batch: string;
            /** Format: uri-template */
            category: string;
            /** Format: uri-template */
            collage: string;
            /** Format: uri-template */
            collage_comments: string;
            /** Format: uri-template */
            collages: string;
            /** Format: uri-template */
            comment: string;
            /** Format: uri-template */
            comments: string;
            /** Format: uri-template */
            like: string;
            /** Format: uri-template */
            likes: string;
            /** Format: uri-template */
            product: string;
            /** Format: uri-template */
            products: string;
            /** Format: uri-template */
            search: string;
            /** Format: uri-template */
            user: string;
            /** Format: uri-template */
            user_collages: string;
            /** Format: uri-template */
            users: string;
            /** Format: uri-template */
            write: string;
        };
        /** HomeView */
        HomeView: {
            links: components["schemas"]["HomeLinks"];
            locale: string;
            templates: components["schemas"]["HomeTemplates"];
        };
        /** LikesLinks */
        LikesLinks: {
            /** Format: uri-reference */
            collage: string;
            /** Format: uri-reference */
            self: string;
        };
        /** LikesTemplates */
        LikesTemplates: {
            /** Format: uri-template */
            like: string;
        };
        /** LikesView */
        LikesView: {
            /** Format: int64 */
            collage_id: number;
            /** Format: int64 */
            count: number;
            links: components["schemas"]["LikesLinks"];
            templates: components["schemas"]["LikesTemplates"];
        };
        /** Live */
        Live: {
            release: string;
            /**
             * @default live
             * @enum {unknown}
             */
            status?: "live";
            version: string;
        };
        Locale: string;
        /** Money */
        Money: {
            /** Format: int64 */
            amount: number;
            currency: string;
        };
        /** PageLinks */
        PageLinks: {
            /** Format: uri-reference */
            self: string;
        };
        /** PageViewOfCategoryView */
        PageViewOfCategoryView: {
            items: components["schemas"]["CategoryView"][];
            links: components["schemas"]["PageLinks"];
            /** Format: uri-reference */
            next: string | null;
        };
        /** PageViewOfCollageView */
        PageViewOfCollageView: {
            items: components["schemas"]["CollageView"][];
            links: components["schemas"]["PageLinks"];
            /** Format: uri-reference */
            next: string | null;
        };
        /** PageViewOfCommentView */
        PageViewOfCommentView: {
            items: components["schemas"]["CommentView"][];
            links: components["schemas"]["PageLinks"];
            /** Format: uri-reference */
            next: string | null;
        };
        /** PageViewOfHitView */
        PageViewOfHitView: {
            items: components["schemas"]["HitView"][];
            links: components["schemas"]["PageLinks"];
            /** Format: uri-reference */
            next: string | null;
        };
        /** PageViewOfProductView */
        PageViewOfProductView: {
            items: components["schemas"]["ProductView"][];
            links: components["schemas"]["PageLinks"];
            /** Format: uri-reference */
            next: string | null;
        };
        /** PageViewOfUserView */
        PageViewOfUserView: {
            items: components["schemas"]["UserView"][];
            links: components["schemas"]["PageLinks"];
            /** Format: uri-reference */
            next: string | null;
        };
        /** Placement */
        Placement: {
            /** Format: double */
            height: number;
            /** Format: int64 */
            product_id: number;
            /**
             * Format: double
             * @default 0
             */
            rotation?: number;
            /** Format: double */
            width: number;
            /** Format: double */
            x: number;
            /** Format: double */
            y: number;
            /** @default 0 */
            z?: number;
        };
        /** Problem */
        Problem: {
            available?: string[];
            detail?: string;
            errors?: components["schemas"]["ProblemError"][];
            instance?: string;
            locales?: string[];
            missing_scopes?: string[];
            release?: string;
            request_id?: string;
            state?: string;
            /** Format: int64 */
            status: number;
            title: string;
            /** Format: uri-reference */
            type: string;
            version?: string;
        };
        /** ProblemError */
        ProblemError: {
            detail: string;
            parameter?: string;
            pointer?: string;
        };
        /** ProblemLinks */
        ProblemLinks: {
            self: string;
        };
        /** ProblemTypeItem */
        ProblemTypeItem: {
            links: components["schemas"]["ProblemLinks"];
            /** Format: int64 */
            status: number;
            title: string;
            type: string;
        };
        /** ProblemTypeLinks */
        ProblemTypeLinks: {
            all: string;
            self: string;
        };
        /** ProblemTypesView */
        ProblemTypesView: {
            items: components["schemas"]["ProblemTypeItem"][];
        };
        /** ProblemTypeView */
        ProblemTypeView: {
            example: Record<string, never>;
            how_to_fix_it: string;
            links: components["schemas"]["ProblemTypeLinks"];
            /** Format: int64 */
            status: number;
            title: string;
            type: string;
            what_happened: string;
        };
        /** ProductLinks */
        ProductLinks: {
            /** Format: uri-reference */
            category: string;
            /** Format: uri-reference */
            self: string;
        };
        /** ProductView */
        ProductView: {
            brand: string;
            /** Format: int64 */
            category_id: number;
            /** Format: int64 */
            id: number;
            image_url: string;
            links: components["schemas"]["ProductLinks"];
            price: components["schemas"]["Money"];
            /** Format: int64 */
            revision: number;
            title: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** Ready */
        Ready: {
            migrated: boolean | null;
            release: string;
            revision: string | null;
            /**
             * @default ready
             * @enum {unknown}
             */
            status?: "ready";
            version: string;
            workers: components["schemas"]["WorkerCounts"];
            writable: boolean | null;
        };
        /** UserLinks */
        UserLinks: {
            /** Format: uri-reference */
            collages: string;
            /** Format: uri-reference */
            self: string;
        };
        /** UserView */
        UserView: {
            avatar_url: string;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            links: components["schemas"]["UserLinks"];
            name: string;
            /** Format: int64 */
            revision: number;
        };
        /** WorkerCounts */
        WorkerCounts: {
            /** Format: int64 */
            ready: number;
            /** Format: int64 */
            warming: number;
        };
        /** WriteView */
        WriteView: {
            changed: boolean;
            collage: components["schemas"]["Collage"] | null;
            comment: components["schemas"]["Comment"] | null;
            fingerprint: string;
        };
    };
    responses: never;
    parameters: {
        locale: components["schemas"]["Locale"];
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Batch = components['schemas']['Batch'];
export type BatchedRequest = components['schemas']['BatchedRequest'];
export type BatchHeaders = components['schemas']['BatchHeaders'];
export type BatchResponse = components['schemas']['BatchResponse'];
export type BatchResponses = components['schemas']['BatchResponses'];
export type CategoryLinks = components['schemas']['CategoryLinks'];
export type CategoryView = components['schemas']['CategoryView'];
export type Collage = components['schemas']['Collage'];
export type CollageDraft = components['schemas']['CollageDraft'];
export type CollageLinks = components['schemas']['CollageLinks'];
export type CollagePatch = components['schemas']['CollagePatch'];
export type CollageView = components['schemas']['CollageView'];
export type Comment = components['schemas']['Comment'];
export type CommentDraft = components['schemas']['CommentDraft'];
export type CommentLinks = components['schemas']['CommentLinks'];
export type CommentView = components['schemas']['CommentView'];
export type Documents = components['schemas']['Documents'];
export type Health = components['schemas']['Health'];
export type HitLinks = components['schemas']['HitLinks'];
export type HitView = components['schemas']['HitView'];
export type Home = components['schemas']['Home'];
export type HomeLinks = components['schemas']['HomeLinks'];
export type HomeTemplates = components['schemas']['HomeTemplates'];
export type HomeView = components['schemas']['HomeView'];
export type LikesLinks = components['schemas']['LikesLinks'];
export type LikesTemplates = components['schemas']['LikesTemplates'];
export type LikesView = components['schemas']['LikesView'];
export type Live = components['schemas']['Live'];
export type Locale = components['schemas']['Locale'];
export type Money = components['schemas']['Money'];
export type PageLinks = components['schemas']['PageLinks'];
export type PageViewOfCategoryView = components['schemas']['PageViewOfCategoryView'];
export type PageViewOfCollageView = components['schemas']['PageViewOfCollageView'];
export type PageViewOfCommentView = components['schemas']['PageViewOfCommentView'];
export type PageViewOfHitView = components['schemas']['PageViewOfHitView'];
export type PageViewOfProductView = components['schemas']['PageViewOfProductView'];
export type PageViewOfUserView = components['schemas']['PageViewOfUserView'];
export type Placement = components['schemas']['Placement'];
export type Problem = components['schemas']['Problem'];
export type ProblemError = components['schemas']['ProblemError'];
export type ProblemLinks = components['schemas']['ProblemLinks'];
export type ProblemTypeItem = components['schemas']['ProblemTypeItem'];
export type ProblemTypeLinks = components['schemas']['ProblemTypeLinks'];
export type ProblemTypesView = components['schemas']['ProblemTypesView'];
export type ProblemTypeView = components['schemas']['ProblemTypeView'];
export type ProductLinks = components['schemas']['ProductLinks'];
export type ProductView = components['schemas']['ProductView'];
export type Ready = components['schemas']['Ready'];
export type UserLinks = components['schemas']['UserLinks'];
export type UserView = components['schemas']['UserView'];
export type WorkerCounts = components['schemas']['WorkerCounts'];
export type WriteView = components['schemas']['WriteView'];
export type ParameterLocale = components['parameters']['locale'];
export type $defs = Record<string, never>;
export interface operations {
    get_home: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
        };
    };
    get_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
        };
    };
    get_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
    get_problem_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemTypesView"];
                };
            };
        };
    };
    get_problem_type: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemTypeView"];
                };
            };
        };
    };
    get_index: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HomeView"];
                };
            };
        };
    };
    add_to_batch: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResponses"];
                };
            };
        };
    };
    get_categories: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfCategoryView"];
                };
            };
        };
    };
    get_category: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                category_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryView"];
                };
            };
        };
    };
    get_collages: {
        parameters: {
            query?: {
                cursor?: string;
                ids?: number[];
                limit?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfCollageView"];
                };
            };
        };
    };
    add_to_collages: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollageDraft"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollageView"];
                };
            };
        };
    };
    get_collage: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollageView"];
                };
            };
        };
    };
    put_collage: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "If-Match": string;
                "If-Unmodified-Since"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollageDraft"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollageView"];
                };
            };
        };
    };
    delete_collage: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "If-Match": string;
                "If-Unmodified-Since"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patch_collage: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "If-Match": string;
                "If-Unmodified-Since"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollagePatch"];
                "application/merge-patch+json": components["schemas"]["CollagePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollageView"];
                };
            };
        };
    };
    get_collage_comments: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfCommentView"];
                };
            };
        };
    };
    add_to_collage_comments: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommentDraft"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentView"];
                };
            };
        };
    };
    get_likes: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LikesView"];
                };
            };
        };
    };
    put_like: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    delete_like: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                collage_id: number;
                locale: components["parameters"]["locale"];
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_comments: {
        parameters: {
            query?: {
                collage_id?: number;
                cursor?: string;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfCommentView"];
                };
            };
        };
    };
    get_comment: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                comment_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentView"];
                };
            };
        };
    };
    delete_comment: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                "If-Match"?: string;
                "If-Unmodified-Since"?: string;
            };
            path: {
                comment_id: number;
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_products: {
        parameters: {
            query?: {
                brand?: string;
                category_id?: number;
                collage_id?: number;
                cursor?: string;
                ids?: number[];
                limit?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfProductView"];
                };
            };
        };
    };
    get_product: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
                product_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductView"];
                };
            };
        };
    };
    get_search: {
        parameters: {
            query: {
                cursor?: string;
                limit?: number;
                q: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfHitView"];
                };
            };
        };
    };
    get_users: {
        parameters: {
            query: {
                ids: number[];
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfUserView"];
                };
            };
        };
    };
    get_user: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
        };
    };
    get_user_collages: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                locale: components["parameters"]["locale"];
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageViewOfCollageView"];
                };
            };
        };
    };
    get_write: {
        parameters: {
            query: {
                key: string;
            };
            header?: never;
            path: {
                locale: components["parameters"]["locale"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteView"];
                };
            };
        };
    };
}

/** The types of problems that the contract lists. */
export type KnownProblemType =
  | "/problems/author-mismatch"
  | "/problems/bad-cursor"
  | "/problems/batch-in-batch"
  | "/problems/chunk-extensions-too-long"
  | "/problems/conflicting-change"
  | "/problems/content-range-not-supported"
  | "/problems/content-too-large"
  | "/problems/data-timeout"
  | "/problems/data-unavailable"
  | "/problems/draining"
  | "/problems/expired-token"
  | "/problems/idempotency-key-reused"
  | "/problems/if-match-required"
  | "/problems/if-none-match-failed"
  | "/problems/invalid-content"
  | "/problems/invalid-query"
  | "/problems/invalid-token"
  | "/problems/keys-unavailable"
  | "/problems/malformed-content"
  | "/problems/malformed-idempotency-key"
  | "/problems/malformed-request"
  | "/problems/missing-scope"
  | "/problems/missing-token"
  | "/problems/no-entity-tag"
  | "/problems/not-acceptable"
  | "/problems/not-owner"
  | "/problems/not-ready"
  | "/problems/overloaded"
  | "/problems/server-stopped"
  | "/problems/stale-revision"
  | "/problems/store-forbids"
  | "/problems/unknown-market"
  | "/problems/unsupported-content-coding"
  | "/problems/unsupported-media-type"
  | "/problems/warming-up"
  | "/problems/write-unconfirmed"
  | "/problems/write-under-way"
  | "/problems/writes-disabled";
