// What a client that openapi-generator has made does; it must compile as it stands.

import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.CollagesApi;
import org.openapitools.client.api.ProductsApi;
import org.openapitools.client.model.CollageDraft;
import org.openapitools.client.model.CollageView;
import org.openapitools.client.model.PageViewOfProductView;
import org.openapitools.client.model.Placement;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.ProductView;

public class Client {
    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        ProductsApi products = new ProductsApi(client);
        String locale = "de-DE";

        PageViewOfProductView page = products.getProducts(locale, 2, null, null, null, null, null, null);
        ProductView first = page.getItems().get(0);
        ProductView second = page.getItems().get(1);
        check(page.getNext() != null, "there is a next page");

        List<Long> ids = List.of(second.getId(), first.getId());
        PageViewOfProductView both = products.getProducts(locale, null, null, null, null, null, ids, null);
        check(both.getItems().equals(List.of(second, first)), "products by their ids");

        ApiResponse<ProductView> one = products.getProductWithHttpInfo(locale, first.getId(), null, null);
        check(one.getData().equals(first), "one product");
        check(one.getData().getPrice().getAmount() > 0, "a price");
        String tag = one.getHeaders().get("etag").get(0);

        ApiException unchanged = refused(() -> products.getProduct(locale, first.getId(), tag, null));
        check(unchanged.getCode() == 304, "a copy is still current");
        ApiException missing = refused(() -> products.getProduct(locale, Long.MAX_VALUE, null, null));
        Problem problem = client.getObjectMapper().readValue(missing.getResponseBody(), Problem.class);
        check(problem.getStatus() == 404, "a problem");

        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + arguments[1]));
        CollagesApi collages = new CollagesApi(client);
        Placement placement = new Placement().productId(first.getId()).x(0.0).y(0.0).width(0.5).height(0.5);
        CollageDraft draft =
            new CollageDraft().authorId(Long.parseLong(arguments[2])).title("Blau").addPlacementsItem(placement);
        ApiResponse<CollageView> made = 
            collages.addToCollagesWithHttpInfo(locale, draft, "\"" + UUID.randomUUID() + "\"");
        check(made.getStatusCode() == 201, "a collage");
        String state = made.getHeaders().get("etag").get(0);
        collages.deleteCollage(locale, made.getData().getId(), state, null, null);
        System.out.println(first.getTitle());
    }

    interface Call {
        Object run() throws ApiException;
    }

    static ApiException refused(Call call) {
        try {
            call.run();
        } catch (ApiException refusal) {
            return refusal;
        }
        throw new AssertionError("it was answered");
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
