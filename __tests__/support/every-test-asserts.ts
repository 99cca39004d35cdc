// A test that asserts nothing passes whatever the code does; here it fails.
beforeEach(() => {
  expect.hasAssertions();
});
