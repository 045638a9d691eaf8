using Sbx.Agent.Configuration;

namespace Sbx.Agent.Tests.Configuration;

public sealed class MistakesTests
{
    [Theory]
    [InlineData("agents:\n  root:\n    instrucion: hi\n", "f.yaml:3:5: unknown key of agent 'root': 'instrucion'; did you mean 'instruction'?")]
    [InlineData("agents:\n  root:\n    add_date: sometimes\n", "f.yaml:3:15: expected true or false for 'add_date', found 'sometimes'")]
    [InlineData("agents:\n  root:\n    max_iterations: many\n", "f.yaml:3:21: expected a whole number for 'max_iterations', found 'many'")]
    [InlineData("agents:\n  root:\n    max_iterations: -1\n", "f.yaml:3:21: 'max_iterations' must be at least 0")]
    [InlineData("agents:\n  root:\n    toolsets: shell\n", "f.yaml:3:15: expected a list for 'toolsets', found 'shell'")]
    [InlineData("agents:\n  root:\n    toolsets:\n      - type: shel\n", "f.yaml:4:15: unknown type 'shel'; did you mean 'shell'?")]
    [InlineData("agents:\n  root:\n    toolsets:\n      - type: shell\n        path: x\n", "f.yaml:5:9: 'path' belongs to toolsets of type memory or tasks, not shell")]
    [InlineData("agents:\n  root:\n    toolsets:\n      - type: mcp\n", "f.yaml:4:9: an mcp toolset needs exactly one of 'command', 'remote' and 'ref'; this one has 0")]
    [InlineData("agents:\n  root:\n    sub_agents: [fixr]\n  fixer: {}\n", "f.yaml:3:18: unknown agent 'fixr'; did you mean 'fixer'?")]
    [InlineData("agents:\n  root:\n    model: opnai/gpt-5\n", "f.yaml:3:12: unknown provider 'opnai'; did you mean 'openai'?")]
    [InlineData("agents:\n  root:\n    model: gtp\nmodels:\n  gpt: openai/gpt-5\n", "f.yaml:3:12: unknown model 'gtp'; did you mean 'gpt'?")]
    [InlineData("agents: [root]\n", "f.yaml:1:9: expected a mapping for 'agents', found a list")]
    [InlineData("version: \"9\"\nagents: {root: {}}\n", "f.yaml:1:10: expected a version from \"0\" to \"7\", found '9'")]
    [InlineData("version: \"2\"\nagents:\n  root:\n    skills: true\n", "f.yaml:4:5: 'skills' needs version 3 or later of the language; this file says version: \"2\"")]
    [InlineData("version: \"1\"\nenv: {A: b}\nagents: {root: {}}\n", "f.yaml:2:1: 'env' is not supported any more; set environment variables where the agent runs")]
    [InlineData("agents:\n  root: {}\n  root: {}\n", "f.yaml:3:3: 'root' is there twice")]
    [InlineData("agents:\n  root:\n    fallback: {cooldown: soon}\n", "f.yaml:3:26: expected a duration such as 30s or 2m30s for 'cooldown', found 'soon'")]
    [InlineData("agents: {root: {}}\nmodels:\n  m: {provider: openai, model: x, temperature: 3}\n", "f.yaml:3:48: 'temperature' must be between 0 and 2")]
    [InlineData("agents: {root: {}}\nmodels:\n  m: {provider: openai, model: x, base_url: nowhere}\n", "f.yaml:3:45: expected a URL that starts with http:// or https:// for 'base_url', found 'nowhere'")]
    [InlineData("agents:\n  root:\n    description: yes: no: maybe\n", "f.yaml:3:21: not valid YAML: while scanning a plain scalar value, found invalid mapping")]
    [InlineData("agents:\n  root:\n    instruction: *nothing\n", "f.yaml:3:18: no anchor '&nothing' before this alias")]
    [InlineData("", "f.yaml:1:1: expected a mapping for an agent file, found nothing")]
    [InlineData("models: {}\n", "f.yaml:1:1: expected 'agents' with at least one agent")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string yaml, string expected)
    {
        var e = Assert.Throws<ConfigurationException>(() => TeamFile.Parse(yaml, "f.yaml"));
        Assert.Equal(expected, e.Message);
    }

    [Fact]
    public void All_mistakes_are_found_at_once_in_the_order_of_the_file()
    {
        var e = Assert.Throws<ConfigurationException>(() => TeamFile.Parse("agents:\n  root:\n    add_date: x\n    foo: 1\n  other:\n    model: nope\n", "f.yaml"));
        Assert.Equal([3, 4, 6], e.Issues.Select(issue => issue.At.Line));
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var lines = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        var e = Assert.Throws<ConfigurationException>(() => TeamFile.Parse(lines, "f.yaml"));
        Assert.Contains("more than 100000 nodes", e.Message);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Nesting_without_end_is_refused(char open)
    {
        var e = Assert.Throws<ConfigurationException>(() => TeamFile.Parse("agents: " + new string(open, 50_000), "f.yaml"));
        Assert.Single(e.Issues);
    }
}
