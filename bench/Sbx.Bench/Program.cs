using Sbx.Bench.Egress;

return args switch
{
    ["egress", .. var rest] => await EgressBench.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Sbx.Bench egress [SECONDS]");
    return 2;
}
