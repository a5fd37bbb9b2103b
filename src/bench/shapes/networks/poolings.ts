/**
 * The poolings of networks, one descriptor a line and one image each.
 * `*4` in a name says that four layers of the network have that shape.
 *
 * @see the inputs of oneDNN's benchdnn (Apache-2.0), where these facts are from.
 */
export const POOLINGS: Readonly<Record<string, string>> = {
  alexnet: `
    ic96ih55oh27kh3sh2ph0n"max_pool1"
    ic256ih27oh13kh3sh2ph0n"max_pool2"
    ic256ih13oh6kh3sh2ph0n"max_pool5"
  `,
  googlenet_v3: `
    ic64ih147oh73kh3sh2ph0n"max_pool"
    ic192ih71oh35kh3sh2ph0n"max_pool1"
    avg_np:ic192ih35oh35kh3ph1n"ave_pool_mixed_pool"
    avg_np:ic256ih35oh35kh3ph1n"ave_pool_mixed_1_pool"
    avg_np:ic288ih35oh35kh3ph1n"ave_pool_mixed_2_pool"
    ic288ih35oh17kh3sh2ph0n"max_pool_mixed_3_pool"
    avg_np:ic768ih17oh17kh3ph1n"ave_pool_mixed_4_pool*4"
    ic768ih17oh8kh3sh2ph0n"max_pool_mixed_8_pool"
    avg_np:ic1280ih8oh8kh3ph1n"ave_pool_mixed_9_pool"
    ic2048ih8oh8kh3ph1n"max_pool_mixed_10_pool"
    avg_np:ic2048ih8oh1kh8ph0n"ave_global_pool"
  `,
  resnet_50: `
    ic64ih112oh56kh3sh2ph0n"max_pool1"
    avg_np:ic2048ih7oh1kh7ph0n"ave_pool5"
  `,
};
